from strange import ask_another, buyers, order_total, reserve

print(order_total.delay().get(timeout=10))
for task, arguments in ((buyers, []), (reserve, ["tea"]), (ask_another, [])):
    try:
        print(task.delay(*arguments).get(timeout=10))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
