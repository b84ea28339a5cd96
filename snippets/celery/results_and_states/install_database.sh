python3 -m venv .venv
. .venv/bin/activate
python -m pip install --quiet "celery[redis,sqlalchemy]>=5.7,<5.8"
