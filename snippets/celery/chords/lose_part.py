from celery import chord
from shop import price, total

lost = price.s("coffee").set(queue="pirces")  # a typo: no worker reads this queue
job = chord([price.s("tea"), lost], total.s())()
print("the last task is", job.state)
