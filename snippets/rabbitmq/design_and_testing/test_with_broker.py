from reminders import remind_later


def test_reminder_is_published(channel):
    remind_later(channel, "order-17")
