import pika

STORED = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
patient = pika.ConnectionParameters("localhost", blocked_connection_timeout=2)
# The alarm stops connections that publish. Take with another one.
sending, taking = pika.BlockingConnection(patient), pika.BlockingConnection(patient)
channel = sending.channel()
channel.confirm_delivery()
try:
    channel.basic_publish("", "jobs-quorum", b"order-200", STORED, mandatory=True)
except pika.exceptions.ConnectionBlockedTimeout as error:
    print(f"ConnectionBlockedTimeout: {error}")
waiting = taking.channel().consume("jobs-quorum", inactivity_timeout=30)
print("taken:", next(waiting)[2].decode())
taking.close()
