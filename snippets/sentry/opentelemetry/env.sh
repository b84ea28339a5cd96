export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://localhost:9000/api/1/integration/otlp/v1/traces/"
export OTEL_EXPORTER_OTLP_TRACES_HEADERS="x-sentry-auth=sentry sentry_key=5e1f0c7d9a3b4826b7c04d5e6f718293"
python otel_only.py
