from shop import app

# Redis only: always look into the first queue of -Q first.
app.conf.broker_transport_options = {"queue_order_strategy": "priority"}
