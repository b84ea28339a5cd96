import os

from tasks import pack

print("called directly, done by this process:", pack(1001) == os.getpid())
print("with delay, done elsewhere:", pack.delay(1001).get(timeout=10) != os.getpid())
