from django.dispatch import Signal

# sent inside the transaction, with person_id: what is checked against the person has to be checked again
person_changed = Signal()
