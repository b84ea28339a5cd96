from celery.exceptions import TimeLimitExceeded
from images import convert, make_preview

print(make_preview.delay("tea.png", 0.1).get(timeout=20))
print(make_preview.delay("map.png", 2.5).get(timeout=20))
print(convert.delay("tea.png", 0.1).get(timeout=20))
try:
    convert.delay("map.png", 2.5).get(timeout=20)
except TimeLimitExceeded as error:
    print("TimeLimitExceeded:", error)
