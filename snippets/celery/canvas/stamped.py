from billing import price, who_asked

steps = price.s("tea") | who_asked.si()
steps.stamp(customer="Amina")  # travels in the headers of every step
print(steps.delay().get(timeout=10))
