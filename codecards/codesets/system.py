"""The coding systems that codecards knows."""

from enum import StrEnum

from codecards.errors import CodecardsError


class UnknownSystemError(CodecardsError, ValueError):
    """A name that is not one of the four coding systems."""


class System(StrEnum):
    """A US coding system; its value is the name used in files and on the command line."""

    ICD_10_CM = "icd-10-cm"
    ICD_10_PCS = "icd-10-pcs"
    HCPCS = "hcpcs"
    CPT = "cpt"

    @property
    def label(self) -> str:
        """The name as its publisher writes it."""
        return _LABELS[self]

    @classmethod
    def parse(cls, name: str) -> "System":
        """Return the system called `name`.

        Args:
            name: A system's value, in any case, such as ``"icd-10-cm"``.

        Raises:
            UnknownSystemError: No system is called that; the message lists those that are.

        >>> System.parse("ICD-10-CM")
        <System.ICD_10_CM: 'icd-10-cm'>
        """
        try:
            return cls(name.strip().lower())
        except ValueError:
            msg = f"no coding system is called {name!r}; choose from {', '.join(cls)}"
            raise UnknownSystemError(msg) from None


_LABELS = {
    System.ICD_10_CM: "ICD-10-CM",
    System.ICD_10_PCS: "ICD-10-PCS",
    System.HCPCS: "HCPCS Level II",
    System.CPT: "CPT",
}
