from celery import chain, chord, group
from shop import add, resize

print(chain(add.s(2, 3), add.s(10))().get(timeout=20))  # the result goes on
print(chain(add.s(2, 3), resize.si(["a.png"]))().get(timeout=20))  # .si: it does not
print(group(add.s(n, n) for n in range(3))().get(timeout=20))
print(chord([add.s(1, 1), add.s(2, 2)])(resize.s()).get(timeout=20))
