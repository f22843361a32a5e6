@echo off
setlocal EnableExtensions DisableDelayedExpansion
rem Checks a sealed Muniment bundle with what Windows has: certutil, findstr, find, and ssh-keygen where it is installed.
rem   verify.cmd [BUNDLE] [TRUSTED_SIGNERS]      default: the folder this file lies in
rem
rem Exit codes: 4 something fails; 5 nothing fails, but not everything was checked. It never says 0: the ledger, its
rem checkpoints, items, receipts and timestamps are for verify.html, verify.py or "muniment verify".
rem
rem Programs are called by their whole path: one that lies in the bundle under the same name must not run. What comes out
rem of the bundle is looked at by findstr before any of it stands in a command.

set "certutil=%SystemRoot%\System32\certutil.exe"
set "findstr=%SystemRoot%\System32\findstr.exe"
set "find=%SystemRoot%\System32\find.exe"
set "keygen=%SystemRoot%\System32\OpenSSH\ssh-keygen.exe"
set "empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
set "seals=^tagmanifest-sha256\.txt\.[0-9a-f]*\.sig$"
set "beside=^tagmanifest-sha256\.txt$ ^tagmanifest-sha256\.txt\.[0-9a-f]*\.sig$ ^tagmanifest-sha256\.txt\.[0-9A-Za-z_-]*\.tsr$"
set "trust="
if not "%~2"=="" set "trust=%~f2"
set "bundle=%~1"
if "%~1"=="" set "bundle=%~dp0."
pushd "%bundle%" 2>nul || (echo verify.cmd: not a folder ^(a .zip must be unpacked first^) & exit /b 2)
for %%P in ("%certutil%" "%findstr%" "%find%") do if not exist "%%~P" (echo verify.cmd: %%~P is not on this computer & popd & exit /b 2)
set /a failed=0, listed=0
echo Checking. Large files take a while.
echo.

rem --- 1. no link leads out ---
dir /al /s /b >nul 2>nul && call :fail bag.path "a link lies in the bundle: it holds plain files only"

rem --- 2. each listed file is there, as listed ---
for %%M in (tagmanifest-sha256.txt manifest-sha256.txt) do call :manifest %%M

rem --- 3. no file was added: as many are there as are listed, besides the tagmanifest, seals and tokens ---
set /a present=0, litter=0, own=0
for /f %%N in ('dir /a-d /s /b ^| "%find%" /c /v ""') do set "present=%%N"
for /f %%N in ('dir /a-d /s /b desktop.ini Thumbs.db .DS_Store 2^>nul ^| "%find%" /c /v ""') do set "litter=%%N"
for /f %%N in ('dir /a-d /b tagmanifest-sha256.txt* 2^>nul ^| "%findstr%" /r "%beside%" ^| "%find%" /c /v ""') do set "own=%%N"
set /a added=present-litter-own-listed
if not "%added%"=="0" call :fail bag.unlisted "%present% files are there, %listed% are listed: files were added, or are missing"
if exist fetch.txt call :fail bag.fetch "fetch.txt: nothing may be fetched from elsewhere"

rem --- 4. the seal ---
if not exist tagmanifest-sha256.txt.*.sig call :fail seal.missing "there is no seal: nobody vouches for this bundle"
if not exist "%keygen%" echo inconclusive    seal.signature         ssh-keygen is not on this computer: the seal was not checked
if exist "%keygen%" for /f %%S in ('dir /a-d /b tagmanifest-sha256.txt.*.sig 2^>nul ^| "%findstr%" /r "%seals%"') do call :seal %%S

echo.
if not "%failed%"=="0" goto bad
echo Nothing in this bundle changed since it was sealed: COULD NOT BE CHECKED in full; what is open is listed here.
echo Of %listed% listed files none is changed, missing or added. Compare the key of the seal with the sender by telephone.
echo NOT CHECKED: the ledger and its checkpoints, which event names which item, receipts, timestamps. Open verify.html, which
echo you got from elsewhere, for these.
set "code=5"
goto finish
:bad
echo Nothing in this bundle changed since it was sealed: NO. Do not rely on it; what is wrong is listed above.
set "code=4"
:finish
popd
if "%~1"=="" pause
exit /b %code%

rem --- the files of one manifest ---
:manifest
rem /c: without it findstr takes a blank for the end of one pattern and the start of another
if not exist %1 (call :fail manifest.form "%1: is missing" & exit /b)
"%findstr%" /r /c:"[^0-9A-Za-z._/ -]" %1 >nul && (call :fail manifest.form "%1: names a path with characters that may not be there" & exit /b)
"%findstr%" /l /c:".." /c:"//" /c:"  /" /c:"   " %1 >nul && (call :fail bag.path "%1: names a path that leads out of the bundle" & exit /b)
"%findstr%" /v /r /c:"^[0-9a-f][0-9a-f]*  [0-9A-Za-z]" %1 >nul && (call :fail manifest.form "%1: has lines that are not: hash, two spaces, path" & exit /b)
for /f "usebackq tokens=1,2,3" %%H in (%1) do call :file %%H %%I "%%J"
exit /b

:file
set "path_=%~2"
set "path_=%path_:/=\%"
set /a listed+=1
if not "%~3"=="" (call :fail manifest.form "%~2: a path with a blank" & exit /b)
if not exist "%path_%" (call :fail bag.missing "%~2: is missing" & exit /b)
set "hash="
for %%Z in ("%path_%") do if "%%~zZ"=="0" set "hash=%empty%"
if not defined hash for /f "skip=1 delims=" %%A in ('%certutil% -hashfile "%path_%" SHA256 2^>nul') do if not defined hash set "hash=%%A"
if not defined hash (call :fail manifest.sha256 "%~2: cannot be read" & exit /b)
set "hash=%hash: =%"
if /i not "%hash%"=="%~1" call :fail manifest.sha256 "%~2: changed, it is not the file that is listed"
exit /b

:seal
"%keygen%" -Y check-novalidate -n seal@muniment -s "%~1" < tagmanifest-sha256.txt 2>nul && goto good
"%keygen%" -Y help 2>&1 | "%findstr%" /c:"check-novalidate" >nul && (call :fail seal.signature "%~1: is not a signature over tagmanifest-sha256.txt" & exit /b)
echo inconclusive    seal.signature         this ssh-keygen is too old: the seal was not checked
exit /b
:good
if not defined trust (echo inconclusive    seal.signer            no list of trusted signers was given & exit /b)
set "who="
for /f "delims=" %%W in ('%keygen% -Y find-principals -f "%trust%" -s "%~1" 2^>nul') do if not defined who set "who=%%W"
if not defined who (call :fail seal.signer "your list of trusted signers does not name this key" & exit /b)
"%keygen%" -Y verify -f "%trust%" -I "%who%" -n seal@muniment -s "%~1" < tagmanifest-sha256.txt 2>nul || call :fail seal.signer "your list of trusted signers does not confirm this key"
exit /b

:fail
set /a failed+=1
echo fail            %1  %~2
exit /b
