from partner import tell_partner

for order in range(1, 6):
    tell_partner.delay(order)
