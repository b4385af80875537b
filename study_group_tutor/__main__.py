"""`python -m study_group_tutor`."""

from study_group_tutor import main

main()
