"""How a spreadsheet names columns: A, B, … Z, AA; numbers count from 1."""


def column_number(letters: str) -> int:
    """Return the number of a column by its letters, in whatever case."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return a column's letters; text with separators may have more columns than Excel knows."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
