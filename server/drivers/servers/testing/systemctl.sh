#!/bin/sh
# A manager of one unit, for machines that systemd did not start: it keeps its state in $SYSTEMD_STATE, runs `start` from
# there, sends its KillSignal and kills after its TimeoutStopSec, and prints what systemd 252 prints.
cd "$SYSTEMD_STATE" || exit 1
[ "$1" = --user ] && shift
verb=$1; shift
now() { cat "$1" 2>/dev/null || echo "$2"; }
pid=$(now pid 0)
alive() { [ "$pid" != 0 ] && [ -d "/proc/$pid" ] && ! grep -q '^State:.*Z' "/proc/$pid/status"; }
case $verb in
show)
  unit=$1
  [ "$unit" = shop.service ] || { echo "Id=$unit"; echo LoadState=not-found; echo ActiveState=inactive; echo MainPID=0; exit 0; }
  alive || pid=0
  case " $* " in *" --value "*) echo "$pid"; exit 0 ;; esac
  active=active sub=running result=success
  if [ "$pid" = 0 ]; then active=inactive sub=dead result=$(now result success); [ "$result" = success ] || active=failed sub=failed
  elif [ -f stopping ]; then active=deactivating sub=stop-sigterm; fi
  echo "ExecMainStatus=$(now status 0)"
  echo "ExecMainCode=$(now code 0)"
  echo Id=shop.service
  echo LoadState=loaded
  echo "ActiveState=$active"
  echo "SubState=$sub"
  echo "Result=$result"
  echo "MainPID=$pid"
  echo "InvocationID=$(now invocation '')"
  echo NRestarts=0
  echo "TimeoutStopUSec=$(now timeout-text 1min 30s)"
  echo KillSignal=15
  echo KillMode=control-group
  echo SendSIGKILL=yes
  echo Restart=always
  echo StatusText=
  echo NeedDaemonReload=no
  echo "ExecStart={ path=/usr/bin/env ; argv[]=/usr/bin/env node server.js ; ignore_errors=no ; start_time=[n/a] ; pid=0 }"
  ;;
start)
  alive && exit 0
  rm -f stopping result code status
  cat /proc/sys/kernel/random/uuid | tr -d - >invocation
  setsid sh ./start >/dev/null 2>&1 </dev/null &
  echo "start $*" >>calls
  ;;
stop)
  echo "stop $*" >>calls
  alive || exit 0
  : >stopping
  kill -TERM "$pid"
  ( end=$(now timeout-s 90); i=0
    while alive; do
      i=$((i + 1)); [ $i -gt $((end * 10)) ] && { echo timeout >result; echo 2 >code; echo 9 >status; kill -KILL "$pid"; break; }
      sleep 0.1
    done ) >/dev/null 2>&1 </dev/null &
  ;;
kill)
  echo "kill $*" >>calls
  kill -KILL "$pid"
  ;;
esac
