from shop.emails.tasks import send_welcome_email

app = send_welcome_email.app
print("broker:", app.connection_for_write().as_uri())
try:
    print(send_welcome_email.AsyncResult("job-1").state)
except AttributeError as error:
    print("AttributeError:", error)
try:
    print(send_welcome_email.AsyncResult("job-1").get(timeout=1))
except NotImplementedError as error:
    print("NotImplementedError:", str(error).splitlines()[0])
