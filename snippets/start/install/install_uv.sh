uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "celery[redis]" "redis[hiredis]" pika
uv pip install --quiet "sentry-sdk[fastapi]>=2.75,<3" uvicorn
