"""The users-and-posts API in Django, with django-ninja."""
