import smtplib
from email.message import EmailMessage

from celery import Celery

app = Celery("tasks", broker="redis://localhost:6379/0")


@app.task(
    autoretry_for=(OSError,),  # SMTPException and refused connections are OSErrors
    retry_backoff=True,
    max_retries=10,
    acks_late=True,
)
def send_mail(to: str, alert: dict[str, str]) -> None:
    mail = EmailMessage()
    title = " ".join(alert["title"].split())[:100]  # a header is one line
    mail["Subject"] = f"[{alert['reason']}] {title}"
    mail["From"], mail["To"] = "alerts@shop.example", to
    mail.set_content(f"{alert['title']}\n\n{alert['url']}\n")
    with smtplib.SMTP("localhost", 8025, timeout=10) as server:
        server.send_message(mail)
