python3 -m venv .venv
. .venv/bin/activate
python -m pip install --quiet "redis[hiredis]>=8.1,<9"
