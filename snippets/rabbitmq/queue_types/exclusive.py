import pika

broker = pika.ConnectionParameters("localhost")
with pika.BlockingConnection(broker) as mine:
    # An empty name: the broker makes one up.
    answer = mine.channel().queue_declare("", exclusive=True)
    queue = answer.method.queue
    print(queue.startswith("amq.gen-"))
    #> True
    with pika.BlockingConnection(broker) as other:
        try:
            other.channel().queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker as error:
            print(error.reply_code, error.reply_text.split(" '")[0])
            #> 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue
with pika.BlockingConnection(broker) as later:
    try:
        later.channel().queue_declare(queue, passive=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        print(error.reply_code, error.reply_text.split(" '")[0])
        #> 404 NOT_FOUND - no queue
