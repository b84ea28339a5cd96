uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "celery[redis]>=5.7,<5.8" "redis[hiredis]>=8.1,<9" "pika>=1.4,<2"
uv pip install --quiet "sentry-sdk[fastapi]>=2.75,<3" "uvicorn>=0.54,<0.55"
