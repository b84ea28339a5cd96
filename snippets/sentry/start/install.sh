python3 -m venv .venv
. .venv/bin/activate
python -m pip install --quiet "sentry-sdk[fastapi]>=2.75,<3" "uvicorn>=0.54,<0.55"
