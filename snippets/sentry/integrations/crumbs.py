import logging

import redis
import sentry_sdk
from sqlalchemy import create_engine, text

sentry_sdk.init()
logging.basicConfig(level=logging.INFO)  # the default level lets no INFO through
log = logging.getLogger("shop")
cache = redis.Redis(socket_timeout=5, decode_responses=True)
engine = create_engine("sqlite://")

sentry_sdk.add_breadcrumb(category="auth", message="signed in")
log.info("order 1001 from Amina")
cache.set("session:amina", "s3cret-session")
with engine.begin() as database:
    database.execute(text("CREATE TABLE orders (number INT, customer TEXT)"))
    database.execute(
        text("INSERT INTO orders VALUES (:number, :customer)"),
        {"number": 1001, "customer": "Amina"},
    )
sentry_sdk.capture_message("look at what came before")
