import sqlite3

import pika

database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE orders (id TEXT PRIMARY KEY)")
database.execute("INSERT INTO orders VALUES ('order-17')")
database.commit()

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.queue_declare("mails", durable=True)
    channel.confirm_delivery()
    try:
        with database:
            # Wrong: the message is out before the database has agreed.
            channel.basic_publish("", "mails", b"new order", mandatory=True)
            database.execute("INSERT INTO orders VALUES ('order-17')")
    except sqlite3.IntegrityError as error:
        print(f"rolled back: {error}")
        #> rolled back: UNIQUE constraint failed: orders.id
    method, _, body = channel.basic_get("mails", auto_ack=True)
    print(f"sent all the same: {body.decode()}")
    #> sent all the same: new order
