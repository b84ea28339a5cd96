from shop import app


def depth(queue: str) -> tuple[int, int]:
    """How many jobs wait in the queue, and how many consumers the broker knows."""
    with app.connection_for_read() as connection:
        try:
            found = connection.default_channel.queue_declare(queue, passive=True)
        except connection.channel_errors:  # Redis has no empty lists
            return 0, 0
        return found.message_count, found.consumer_count


if __name__ == "__main__":
    waiting, consumers = depth("celery")
    print(f"{waiting} waiting, {consumers} consumers")
