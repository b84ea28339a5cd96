import pika

broker = pika.ConnectionParameters("localhost", blocked_connection_timeout=30)
with pika.BlockingConnection(broker) as connection:
    channel = connection.channel()
    channel.exchange_declare("events", "topic", durable=True)
    print("without confirms:", channel.basic_publish("events", "ordr.paid", b"{}"))
    #> without confirms: None

    channel.confirm_delivery()
    print("with confirms:", channel.basic_publish("events", "ordr.paid", b"{}"))
    #> with confirms: None

    try:
        channel.basic_publish("events", "ordr.paid", b"{}", mandatory=True)
    except pika.exceptions.UnroutableError as error:
        returned = error.messages[0].method
        print(returned.reply_code, returned.reply_text, returned.routing_key)
        #> 312 NO_ROUTE ordr.paid
    channel.exchange_delete("events")
