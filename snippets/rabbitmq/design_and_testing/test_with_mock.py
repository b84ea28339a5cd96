from unittest.mock import Mock

from reminders import remind_later


def test_reminder_is_published():
    channel = Mock()
    remind_later(channel, "order-17")
    channel.basic_publish.assert_called_once()
