cat > sign_up.py <<'END'
import sys

from tasks import send_welcome_email

name = sys.argv[1]
# An id of our own, so that result.py can ask for it.
send_welcome_email.apply_async([name], task_id=f"welcome-{name}")
print(f"{name} is signed up; the e-mail is on its way")
END
