from tasks import send_email

job = send_email.apply_async(
    ["Amina"],
    task_id="welcome-amina",  # an id of your own; it does not prevent doubles
    headers={"request_id": "r-17"},  # read with self.request.headers in a bound task
    expires=600,  # seconds; nobody wants a welcome an hour late
    retry_policy={"max_retries": 2},  # of the sending, not of the task
)
print(job.id, "->", job.get(timeout=10))

quiet = send_email.apply_async(["Bilal"], ignore_result=True)
print(quiet.id == job.id, quiet.state)
