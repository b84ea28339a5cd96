from exports import read_price

job = read_price.delay("twelve")
try:
    job.get(timeout=10)
except ValueError as error:
    print("ValueError:", error)
print(job.state)
print(job.traceback)
