from collections import Counter

from inbox import accept

told = Counter()
for number in range(40):  # a bad release: forty different issues in a minute
    alert = {"title": f"error {number}", "reason": "NEW", "url": "http://localhost/"}
    told[accept(f"issue-{number}", alert)] += 1
print(dict(told))
