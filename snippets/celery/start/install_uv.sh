uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "celery[redis]>=5.7,<5.8"
