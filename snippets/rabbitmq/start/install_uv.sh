uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "pika>=1.4,<2"
