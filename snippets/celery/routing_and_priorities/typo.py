from shop import send_email

job = send_email.apply_async(["order 18"], queue="emials")
print("the e-mail is", job.state)
