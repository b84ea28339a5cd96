uv venv --quiet
. .venv/bin/activate
uv pip install --quiet "redis[hiredis]>=8.1,<9"
