from bedside_dx.app.advising import options as options
from bedside_dx.app.dosing import dose as dose
from bedside_dx.app.examining import examine as examine
from bedside_dx.app.following import course as course
from bedside_dx.app.following import response as response
from bedside_dx.app.prognosing import prognosis as prognosis
from bedside_dx.app.prognosing import stage as stage
from bedside_dx.app.reading import open_slide as open_slide
from bedside_dx.app.sharing import save_report as save_report
from bedside_dx.core.case import Case as Case
from bedside_dx.core.case import Patient as Patient
from bedside_dx.core.errors import BedsideDxError as BedsideDxError
from bedside_dx.core.results import Report as Report
from bedside_dx.core.settings import Settings as Settings
from bedside_dx.core.verdict import Status as Status

__version__: str
