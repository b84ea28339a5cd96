from flask import Flask
from jobs import add_celery
from receipts import send_receipt


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(
        SHOP_NAME="The Little Shop",
        CELERY={
            "broker_url": "redis://localhost:6379/0",
            "result_backend": "redis://localhost:6379/1",
            "broker_transport_options": {"socket_timeout": 5},
        },
    )
    app.config.from_prefixed_env()  # FLASK_SHOP_NAME=… and others
    add_celery(app)

    @app.post("/orders/<int:order>/receipt")
    def begin_receipt(order: int) -> tuple[dict[str, str], int]:
        return {"job": send_receipt.delay(order).id}, 202

    return app
