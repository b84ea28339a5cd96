python3 -m venv .venv
. .venv/bin/activate
python -m pip install --quiet "pika>=1.4,<2"
