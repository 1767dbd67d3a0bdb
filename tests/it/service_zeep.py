"""Runs a whole session with zeep, a SOAP client that none of us wrote, by the WSDL that the service serves.

Usage: service_zeep.py URL USER PASSWORD. Prints what each call gave, as JSON.
"""

import json
import sys

import zeep

url, user, password = sys.argv[1:]
client = zeep.Client(f"{url}?wsdl")
call = client.service


def next_request(ticket, hcp=""):
    return call.sendRequestXML(ticket, hcp, r"C:\books\shop.qbw", "US", 13, 0)


seen = [call.serverVersion(), call.clientVersion("2.3.0.207"), call.authenticate(user, "wrong")[1]]
ticket, company_file = call.authenticate(user, password)
seen.append(company_file or "")
seen.append(next_request(ticket, "<QBXML/>"))
seen.append(call.receiveResponseXML(ticket, '<QBXML a="é">&amp;€</QBXML>', "", ""))
seen.append(next_request(ticket))
seen.append(call.receiveResponseXML(ticket, "<QBXML/>", "", ""))
seen.append(call.getLastError(ticket))
seen.append(call.closeConnection(ticket))
seen.append(next_request(ticket))
seen.append(call.getLastError(ticket))
# A fault, read as zeep reads every answer.
headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
answer = client.transport.post(url, b"<broken", headers)
binding = next(iter(client.wsdl.bindings.values()))
try:
    binding.process_reply(client, binding.get("serverVersion"), answer)
except zeep.exceptions.Fault as fault:
    seen.append(fault.code)
json.dump(seen, sys.stdout)
