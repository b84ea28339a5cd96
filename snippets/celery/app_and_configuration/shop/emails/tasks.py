from celery import shared_task


@shared_task
def send_welcome_email(name: str) -> str:
    return f"Welcome, {name}!"
