python3 -m venv .venv
. .venv/bin/activate
python -m pip install --quiet "celery[redis]>=5.7,<5.8" "redis[hiredis]>=8.1,<9" "pika>=1.4,<2"
python -m pip install --quiet "sentry-sdk[fastapi]>=2.75,<3" "uvicorn>=0.54,<0.55"
