import channels
from twilio.base.exceptions import TwilioRestException

channels.sms(
    {
        "title": "KeyError: 'salt' in the recipe of “crème brûlée”",
        "reason": "NEW",
        "url": "http://localhost:9000/issues/issue/1/",
    }
)
try:
    channels.twilio(from_="+15550100", to="+15550101", body="x" * 1601)
except TwilioRestException as error:
    print("refused:", error.status, error.code)
