"""The first admin is made by a command, never by starting or migrating."""

from io import StringIO
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import TestCase

from django_impl.users.models import User

from .cases import cheap_hashes


@cheap_hashes
@mock.patch.dict("os.environ", {"ADMIN_PASSWORD": "correct horse"})
class CreateAdminTest(TestCase):
    def test_create_admin_makes_an_admin(self) -> None:
        told = StringIO()
        call_command("create_admin", "root", "root@example.com", stdout=told)
        self.assertEqual(told.getvalue(), "root is an admin.\n")
        admin = User.objects.get()
        self.assertEqual((admin.username, admin.role, admin.is_active), ("root", "admin", True))

    def test_create_admin_says_why_not(self) -> None:
        call_command("create_admin", "taken", "taken@example.com", stdout=StringIO())
        for username, sentence in (
            ("Root!", "username: This does not have the right form."),
            ("taken", "This username belongs to somebody, or once did."),
        ):
            with self.subTest(username), self.assertRaisesMessage(CommandError, sentence):
                call_command("create_admin", username, "root@example.com")
