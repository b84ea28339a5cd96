uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "sentry-sdk[fastapi]>=2.75,<3" "uvicorn>=0.54,<0.55"
