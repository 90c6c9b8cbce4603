#!/bin/sh
# The story bays of a running demo (npm run demo). Tested: test/e2e/demo.
set -eu
# story-bays:begin
API=${API:-http://127.0.0.1:8000/api/v1}; KEYS=${DATA_DIR:-$PWD/.data}/keys/demo.json; key() { node -p "require('$KEYS').$1"; }; OWNER=$(key keys.owner)
get() { curl -sS "$API$1" -H "X-API-Key: $OWNER"; echo; }; bay() { key "spaces['$1']"; }; uuid() { bay "$1" | tr -d -; }

# two stays, corrected, that had been one.
get "/sessions?space_id=$(bay A-07)&quality=corrected"
# A-07, the event: what was published of which stretch before, and what is right.
get "/audit/streams/space-$(key tenant_id | tr -d -)-$(uuid A-07)?limit=200" | grep -o '"type":"OccupancyHistoryCorrected".*'
# C-01: one stay, bridged, seen by two sensors.
get "/sessions?space_id=$(bay C-01)&quality=bridged"
# C-01: which sensor watched when.
get "/spaces/$(bay C-01)/assignments"
# C-05: nobody knows (available is null, occupancy UNKNOWN), and since when.
get "/spaces/$(bay C-05)"
# C-05: the incident.
get "/incidents?space_id=$(bay C-05)&kind=device-stale"
# D-02: the incident: how many changes within an hour.
get "/incidents?space_id=$(bay D-02)&kind=flapping"
# story-bays:end
