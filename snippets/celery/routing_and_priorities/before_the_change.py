from shop import app, send_email

app.conf.task_queue_max_priority = None  # as it was last week
send_email.delay("order 16")
