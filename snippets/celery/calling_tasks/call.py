from tasks import app, send_email

# The short way, and the same call with room for options.
print(send_email.delay("Amina", subject="Hello").get(timeout=10))
print(send_email.apply_async(["Amina"], {"subject": "Hello"}).get(timeout=10))

# Prepared now, sent later: a signature.
hello = send_email.s("Amina", subject="Hello")
print(hello.delay().get(timeout=10))

# By name, for tasks whose code this program does not have.
print(app.send_task("tasks.send_email", ["Amina"]).get(timeout=10))

# No worker, no queue: an ordinary call in this process.
print(send_email("Amina"))
