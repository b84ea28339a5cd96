from celery.exceptions import TimeoutError
from too_late import best_offer

print(best_offer(0.1))
try:
    print(best_offer(2.5))
except TimeoutError:
    print("nobody compares: the first offer was forgotten")
