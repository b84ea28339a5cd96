cat > result.py <<'END'
import sys

from tasks import app

job = app.AsyncResult(f"welcome-{sys.argv[1]}")
print(job.get(timeout=60))
END
