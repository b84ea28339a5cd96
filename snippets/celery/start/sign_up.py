from tasks import send_welcome_email

job = send_welcome_email.delay("Amina", "amina@example.com")
print("job", job.id)
print("signed up; the e-mail is", job.state)

# For this demonstration only: a web request would answer now.
print(job.get(timeout=10))
print("the e-mail is", job.state)
