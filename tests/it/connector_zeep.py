"""Calls every operation with zeep, a SOAP client that none of us wrote, without a network.

Usage: connector_zeep.py FOLDER. Reads FOLDER/service.wsdl, and FOLDER/OPERATION.answer.xml as what the
service answers; writes what zeep sends to FOLDER/OPERATION.request.xml, and prints as JSON what it makes
of each answer.
"""

import json
import pathlib
import sys

import requests
import zeep

folder = pathlib.Path(sys.argv[1])


class Files(zeep.Transport):
    """Answers from files instead of over HTTP."""

    def post(self, address, message, headers):
        operation = headers["SOAPAction"].strip('"').rsplit("/", 1)[1]
        (folder / f"{operation}.request.xml").write_bytes(message)
        answer = requests.Response()
        answer._content = (folder / f"{operation}.answer.xml").read_bytes()
        answer.status_code = 500 if b":Fault>" in answer.content else 200
        answer.headers["Content-Type"] = "text/xml; charset=utf-8"
        answer.encoding = "utf-8"
        seen[operation] = {"address": address, "action": headers["SOAPAction"], "type": headers["Content-Type"]}
        return answer


CALLS = {
    "serverVersion": {},
    "clientVersion": {"strVersion": "2.3.0.207"},
    "authenticate": {"strUserName": "shop", "strPassword": "p"},
    "sendRequestXML": {
        "ticket": "t",
        "strHCPResponse": "<QBXML/>",
        "strCompanyFileName": r"C:\books\shop.qbw",
        "qbXMLCountry": "US",
        "qbXMLMajorVers": 13,
        "qbXMLMinorVers": 0,
    },
    "receiveResponseXML": {
        "ticket": "t",
        "response": '<QBXML><a b="é">&amp;</a></QBXML>',
        "hresult": "",
        "message": "",
    },
    "connectionError": {"ticket": "t", "hresult": "0x80040408", "message": "no"},
    "getLastError": {"ticket": "t"},
    "closeConnection": {"ticket": "t"},
    "getInteractiveURL": {"wcTicket": "t", "sessionID": "s"},
    "interactiveRejected": {"wcTicket": "t", "reason": "r"},
    "interactiveDone": {"wcTicket": "t"},
}

seen = {}
client = zeep.Client(str(folder / "service.wsdl"), transport=Files())
assert set(dir(client.service)) >= set(CALLS), dir(client.service)
for operation, arguments in CALLS.items():
    try:
        result = client.service[operation](**arguments)
    except zeep.exceptions.Fault as fault:
        result = f"{fault.code}: {fault.message}"
    seen[operation]["result"] = result
json.dump(seen, sys.stdout)
