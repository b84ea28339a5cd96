import pika

QUORUM = {"x-queue-type": "quorum"}
STATES = ("1 ordered", "2 paid", "3 cancelled")

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    slow, quick = connection.channel(), connection.channel()
    slow.queue_declare("states", durable=True, arguments=QUORUM)
    slow.confirm_delivery()
    for careless in (True, False):
        for state in STATES:
            slow.basic_publish("", "states", state.encode(), mandatory=True)
        held = [slow.basic_get("states")]  # one worker takes "1 ordered" and is slow
        held += [quick.basic_get("states"), quick.basic_get("states")]
        written, newest = "", 0
        for method, _, body in held[1:] + held[:1]:  # the slow one comes last
            number, word = body.decode().split()
            if careless or int(number) > newest:  # older news is no news
                written, newest = word, int(number)
            channel = slow if body == held[0][2] else quick
            channel.basic_ack(method.delivery_tag)
        print("last one wins:" if careless else "newest one wins:", written)
        #> last one wins: ordered
        #> newest one wins: cancelled
