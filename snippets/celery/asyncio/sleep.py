from celery.exceptions import SoftTimeLimitExceeded
from visits import count

print(count.delay("home").get(timeout=10))
print(count.delay("home").get(timeout=10))
try:
    count.delay("slow", seconds=60).get(timeout=20)
except SoftTimeLimitExceeded as error:
    print("stopped:", type(error).__name__)
print(count.delay("home").get(timeout=10))
